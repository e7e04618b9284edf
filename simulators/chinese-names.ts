/** Words from which fictitious places and people are put together. Any likeness is chance. */
export const DISTRICTS = ['望江区', '云溪区', '长桥区', '东篱区']
export const STREETS = ['柳岸街道', '石桥街道', '青禾街道', '南塘街道', '鼓楼街道', '白鹭街道']
export const COMMUNITIES = [
  '梧桐社区',
  '向阳社区',
  '桂香社区',
  '清泉社区',
  '翠竹社区',
  '百合社区',
  '安宁社区',
]
export const COMPOUNDS = [
  '晨光小区',
  '桂花苑',
  '柳园新村',
  '长乐家园',
  '和悦里',
  '银杏小区',
  '荷塘苑',
  '松鹤新村',
  '静园小区',
]
export const ROADS = ['梧桐路', '柳岸路', '青禾街', '石桥路', '南塘街', '望江路']

export const SURNAMES =
  '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧'.split(' ')
export const WOMENS_NAMES = [
  '秀英',
  '桂兰',
  '玉珍',
  '淑华',
  '凤英',
  '素芬',
  '秀兰',
  '桂芳',
  '月娥',
  '爱华',
  '美玲',
  '惠珍',
]
export const MENS_NAMES = [
  '建国',
  '德明',
  '志强',
  '国华',
  '福生',
  '永康',
  '文忠',
  '长林',
  '玉山',
  '世昌',
  '宝根',
  '庆余',
]
export const CHILDRENS_NAMES = ['伟', '静', '磊', '敏', '军', '丽', '勇', '芳', '涛', '燕', '斌', '红']
